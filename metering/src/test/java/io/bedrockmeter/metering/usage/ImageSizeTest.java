package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The size of images as the JDK writes them; of WebP, which it does not write, by the layout of its header. */
class ImageSizeTest {
    @ParameterizedTest
    @CsvSource({"png, 1, 1", "png, 1280, 720", "jpeg, 1, 1", "jpeg, 640, 1408", "jpeg, 4096, 3"})
    void readsWhatTheJdkWrites(String format, int width, int height) {
        byte[] image = written(format, width, height);

        assertThat(pixels(image)).isEqualTo((long) width * height);
    }

    @ParameterizedTest
    @CsvSource({"VP8X", "VP8L", "'VP8 '"})
    void readsTheThreeKindsOfWebP(String chunk) {
        assertThat(pixels(webP(chunk, 1009, 1040))).isEqualTo(1009L * 1040);
    }

    @Test
    void passesOverTheMetadataOfAJpeg() {
        byte[] image = written("jpeg", 300, 200);
        ByteArrayOutputStream photo = new ByteArrayOutputStream();
        photo.write(image, 0, 2);
        for (int profile = 0; profile < 12; profile++) {
            // Bytes that look like the head of a frame, within a segment that is none.
            byte[] segment = new byte[0xFFFF];
            Arrays.fill(segment, (byte) 0xFF);
            photo.write(0xFF);
            photo.write(0xFF);
            photo.write(0xE2);
            photo.write(0xFF);
            photo.write(0xFF);
            photo.write(segment, 0, 0xFFFF - 2);
        }
        photo.write(image, 2, image.length - 2);

        assertThat(pixels(photo.toByteArray())).isEqualTo(300L * 200);
    }

    @Test
    void givesUpOnAJpegThatIsAllMetadata() {
        ByteArrayOutputStream photo = new ByteArrayOutputStream();
        photo.write(0xFF);
        photo.write(0xD8);
        while (photo.size() < ImageSize.BYTES_MAX) {
            photo.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) 0xFF, (byte) 0xFF});
            photo.writeBytes(new byte[0xFFFF - 2]);
        }
        photo.write(written("jpeg", 300, 200), 2, 600);

        assertThat(pixels(photo.toByteArray())).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GIF89a, which no model takes and whose size is nobody's business",
                "RIFF....WAVEfmt ",
                "\u00ff"
            })
    void knowsNoSizeOfAnythingElse(String bytes) {
        assertThat(pixels(bytes.getBytes(StandardCharsets.ISO_8859_1))).isZero();
    }

    @Test
    void isTheSameHoweverTheTextIsCut() {
        String text = Base64.getEncoder().encodeToString(written("jpeg", 64, 48));
        byte[] characters = text.getBytes(StandardCharsets.US_ASCII);

        for (int cut = 0; cut <= characters.length; cut++) {
            ImageSize size = new ImageSize();
            size.read(characters, 0, cut);
            size.read(characters, cut, characters.length);
            assertThat(size.pixels()).as("cut at %s", cut).isEqualTo(64L * 48);
        }
    }

    @Test
    void endsWithoutASizeOrWithOneWhateverTheBytesAre() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[][] seeds = {written("png", 9, 9), written("jpeg", 9, 9), webP("VP8L", 9, 9)};

        for (int round = 0; round < 20_000; round++) {
            byte[] image = seeds[round % seeds.length].clone();
            for (int change = 0; change < 3; change++) {
                image[random.nextInt(image.length)] = (byte) random.nextInt();
            }
            assertThat(pixels(image)).as("seed %s, round %s", seed, round).isNotNegative();
        }
    }

    private static long pixels(byte[] image) {
        byte[] text = Base64.getEncoder().encode(image);
        ImageSize size = new ImageSize();
        size.read(text, 0, text.length);
        return size.pixels();
    }

    private static byte[] written(String format, int width, int height) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, bytes))
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** RFC 9649: the container, and the head of one chunk. */
    private static byte[] webP(String chunk, int width, int height) {
        ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(56).put(ascii("WEBP")).put(ascii(chunk)).putInt(44);
        switch (chunk) {
            case "VP8X" -> file.putInt(0).put(threeBytes(width - 1)).put(threeBytes(height - 1));
            case "VP8L" -> file.put((byte) 0x2F).putInt((height - 1) << 14 | width - 1);
            default ->
                file.put(new byte[] {0x50, 0x31, 0, (byte) 0x9D, 1, 0x2A})
                        .putShort((short) width)
                        .putShort((short) (height | 0x4000));
        }
        return file.array();
    }

    private static byte[] threeBytes(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
